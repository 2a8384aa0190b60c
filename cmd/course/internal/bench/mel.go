package bench

func init() {
	Benches = append(Benches, Bench{
		Name: "mel", About: "the log-Mel spectrogram of one minute of sound at 16 kHz, 80 bands",
		Package: "lib/audio", Pattern: "^BenchmarkLogMel$", Label: spaced("LogMel/"),
		Script: "mel.py", Peers: []string{"librosa", "numpy", "torch"},
	})
}
