"""What commands share with the person at the terminal."""
