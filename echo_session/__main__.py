"""``python -m echo_session``: the command line."""

from echo_session.cli import main

if __name__ == "__main__":
    main()
