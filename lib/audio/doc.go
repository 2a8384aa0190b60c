// Package audio brings sound into a form that a network can read.
//
//	wav.go    reading and writing WAV files of PCM samples, 8 or 16 bit
//	stft.go   the short-time Fourier transform, its power, and its inverse
//	mel.go    the Mel scales of HTK and of Slaney, and the triangular filters
//	logmel.go the log-Mel picture: filters on the power, in decibels
//	tone.go   tones, chirps, and sums of them, to test on
//	player.go an HTML element that plays a sound within a page
//
// A sound is a slice of samples in [−1, 1], rate of them a second. Frame t of a transform with windows of N samples and hops of H begins
// at sample tH; its coefficient k stands for the frequency k·rate/N.
package audio
