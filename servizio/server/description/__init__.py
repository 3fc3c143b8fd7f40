"""What the server offers, described for programs: OpenAPI 3.1 at `GET /openapi.json`."""
