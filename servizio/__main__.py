"""`python -m servizio` is the same as `servizio`."""

from servizio.cli import main

if __name__ == "__main__":
    main()
