# Sends a file, or all files of a folder. Run it again to resume what was interrupted.
picklepost send data.json --to {{ADDRESS}}{{OPTIONS}}
