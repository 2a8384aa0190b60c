package bench

func init() {
	Benches = append(Benches, Bench{
		Name: "transformer", About: "training a transformer on characters with Adam: one step",
		Package: "lib/text", Pattern: "^BenchmarkTransformerStep$", Label: ways("TransformerStep/", "4 layers, d = 128, context 64, batch 32"),
		Script: "transformer.py", Peers: []string{"jax", "torch"},
	})
}
