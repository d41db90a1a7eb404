"""The products that the renderer knows, one file each: a solid, its box, how it is best seen, and its names."""
