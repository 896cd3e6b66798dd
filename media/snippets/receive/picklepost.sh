# Receives items, and saves them to a folder.
picklepost receive --host {{HOST}} --port {{PORT}} --save-to received{{OPTIONS}}
