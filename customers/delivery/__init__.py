"""Bring customers up to date upstream: claim, send, settle. The only code that pushes."""
