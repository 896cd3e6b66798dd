# Sends JSON to a receive server. R 4.0 or newer; for objects, install.packages("jsonlite") and toJSON(value, auto_unbox = TRUE).
host <- {{HOST}}
port <- {{PORT}}

send <- function(json) {
  connection <- socketConnection(host, port, open = "wb", blocking = TRUE, timeout = 60)
  on.exit(close(connection))
  writeBin(charToRaw(enc2utf8(json)), connection)
}

send('{"name": "pickling", "runs": 3, "jars": [1, "dill"]}')
