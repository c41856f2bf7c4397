from strip_log.cli import main

main()
