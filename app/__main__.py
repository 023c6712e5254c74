"""`python -m app`: open120 명령."""

from app.cli import main

main()
