package audio_test

import (
	"fmt"

	"nncourse/lib/audio"
)

func ExampleScale() {
	for _, s := range []audio.Scale{audio.HTK, audio.Slaney} {
		fmt.Printf("%s: 1000 Hz are %.2f; edges of three filters up to 4000 Hz: %.0f\n", s.Name, s.Mel(1000), s.Edges(3, 0, 4000))
	}
	// Output:
	// HTK: 1000 Hz are 999.99; edges of three filters up to 4000 Hz: [0 427 1114 2220 4000]
	// Slaney: 1000 Hz are 15.00; edges of three filters up to 4000 Hz: [0 586 1194 2186 4000]
}

func ExampleSTFT() {
	x := audio.Tone(8000, 0.05, 1, 1000).X
	power := audio.STFT{Window: 64, Hop: 32}.Power(x)
	fmt.Printf("%d frames; the first around 1000 Hz: %.0f\n", len(power), power[0][6:11])
	// Output: 11 frames; the first around 1000 Hz: [0 64 256 64 0]
}
