package bench

func init() {
	Benches = append(Benches, Bench{
		Name: "graph", About: "training a graph convolutional network on Cora with Adam: one epoch",
		Package: "lib/graph", Pattern: "^BenchmarkGCNEpoch$", Label: spaced("GCNEpoch/"),
		Script: "graph.py", Peers: []string{"jax", "torch", "torch-geometric"},
	})
}
