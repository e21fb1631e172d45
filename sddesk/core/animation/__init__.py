"""From recorded steps to a file that moves: WebP, APNG, MP4, GIF, numbered pictures, a strip."""
