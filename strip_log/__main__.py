"""Where it all begins: `striplog`, and `python -m strip_log`."""

import os


def main() -> None:
    """Run the command line. Ctrl-C while it is being loaded ends it quietly."""
    try:
        from strip_log.cli import main  # takes a tenth of a second, in which somebody may stop it

        main()
    except KeyboardInterrupt:
        os._exit(130)


if __name__ == "__main__":
    main()
