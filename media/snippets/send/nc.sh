# Sends a file, or what another program prints. -N ends the connection after it (OpenBSD's nc; "ncat" does so by itself).
nc -N {{HOST}} {{PORT}} < data.json
