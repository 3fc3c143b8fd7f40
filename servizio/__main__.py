"""`python -m servizio` is the same as `servizio`."""

if __name__ == "__main__":
    # Imported here: processes that are started by this one load this file, too, and not the rest.
    import sys
    from pathlib import Path

    if not __package__:
        # Started by its path (`servizio.paths.own_command`); it may not be installed.
        sys.path.append(str(Path(__file__).parents[1]))
    from servizio.cli import main

    main()
