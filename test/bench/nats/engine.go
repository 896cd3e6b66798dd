// Publishes messages to a stream of JetStream as `nats bench --js` does, with the benchmark package of NATS's own Go client, and prints
// the rate of all publishers together in messages per second.
package main

import (
	"flag"
	"fmt"
	"log"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/bench"
)

func main() {
	servers := flag.String("servers", nats.DefaultURL, "addresses, separated by commas")
	subject := flag.String("subject", "", "subject of the stream")
	publishers := flag.Int("publishers", 20, "connections that publish")
	count := flag.Int("count", 50_000, "messages of all publishers together")
	size := flag.Int("size", 1_500, "bytes of a message")
	batch := flag.Int("batch", 100, "messages of a publisher that wait for their confirmation at most (pubbatch)")
	flag.Parse()

	benchmark := bench.NewBenchmark("JetStream", 0, *publishers)
	var ready, done sync.WaitGroup
	ready.Add(*publishers)
	done.Add(*publishers)
	begin := make(chan struct{})
	for _, messages := range bench.MsgsPerClient(*count, *publishers) {
		go func(messages int) {
			defer done.Done()
			connection, err := nats.Connect(*servers)
			check(err)
			defer connection.Close()
			stream, err := connection.JetStream()
			check(err)
			ready.Done()
			<-begin
			start := time.Now()
			publish(stream, *subject, make([]byte, *size), messages, *batch)
			benchmark.AddPubSample(bench.NewSample(messages, *size, start, time.Now(), connection))
		}(messages)
	}
	ready.Wait()
	close(begin)
	done.Wait()
	benchmark.Close()
	fmt.Println(benchmark.Pubs.Rate())
}

func publish(stream nats.JetStreamContext, subject string, message []byte, count, batch int) {
	for sent := 0; sent < count; {
		var confirmations []nats.PubAckFuture
		for ; len(confirmations) < batch && sent < count; sent++ {
			confirmation, err := stream.PublishAsync(subject, message)
			check(err)
			confirmations = append(confirmations, confirmation)
		}
		select {
		case <-stream.PublishAsyncComplete():
		case <-time.After(30 * time.Second):
			log.Fatal("the server did not confirm within 30 seconds")
		}
		for _, confirmation := range confirmations {
			select {
			case <-confirmation.Ok():
			case err := <-confirmation.Err():
				log.Fatal(err)
			}
		}
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
