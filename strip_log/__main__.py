"""The entry point of `striplog` and of `python -m strip_log`."""

import os


def main() -> None:
    """Run the command line. Ctrl-C during start-up ends it without a traceback."""
    try:
        from strip_log.cli import main  # takes 0.1 s, and Ctrl-C may come

        main()
    except KeyboardInterrupt:
        os._exit(130)


if __name__ == "__main__":
    main()
