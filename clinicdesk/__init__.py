"""ClinicDesk: a clinical workstation that needs no server and no network."""

__version__ = "0.1.0"
