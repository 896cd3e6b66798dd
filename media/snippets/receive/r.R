# Receives one text or JSON for each connection. R 4.0 or newer.
port <- {{PORT}}

receive <- function(server) {
  connection <- socketAccept(server, open = "r+b", blocking = TRUE, timeout = 60)
  on.exit(close(connection))
  content <- raw(0)
  while (length(bytes <- readBin(connection, "raw", 65536)) > 0) content <- c(content, bytes)
  writeBin(charToRaw("OK"), connection)
  text <- rawToChar(content)
  Encoding(text) <- "UTF-8"
  text
}

server <- serverSocket(port)
repeat cat(receive(server), "\n", sep = "")
