# Receives one item as it is. This is OpenBSD's nc; the traditional one wants "nc -l -p PORT", and no -d.
nc -d -l {{HOST}} {{PORT}} > received.dat
