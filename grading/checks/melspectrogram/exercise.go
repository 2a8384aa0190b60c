// Package melspectrogram holds the checks of the exercise mel-spectrogram.
//
// Numbers are compared with those of a reference, and with what each known mistake would have given.
package melspectrogram

import (
	"time"

	"nncourse/grading"
)

// Exercise is mel-spectrogram.
var Exercise = grading.Exercise{
	Slug:        "mel-spectrogram",
	Title:       "The log-Mel spectrogram",
	Package:     "melspectrogram",
	Files:       []string{"melspectrogram.go"},
	Imports:     []string{"errors", "fmt", "math", "math/cmplx", "slices"},
	CallTimeout: 5 * time.Second,
	MemoryMB:    512,
	// ### BEGIN HIDDEN TESTS
	Mistakes: mistakes,
	// ### END HIDDEN TESTS
	Checks: []grading.Check{
		{ID: "scales-case", Title: "Mel and Hertz on the cases of the statement", Points: 8, Public: true, Run: scalesGiven},
		{ID: "filters-case", Title: "Filters on the case of the statement", Points: 8, Public: true, Run: filtersGiven},
		{ID: "power-case", Title: "Power on the case of the statement", Points: 6, Public: true, Run: powerGiven},
		{ID: "log-mel-case", Title: "LogMel on the case of the statement", Points: 6, Public: true, Run: logMelGiven},
		// ### BEGIN HIDDEN TESTS
		{ID: "scales", Title: "Mel and Hertz of random frequencies, of 0, 1000 Hz, and large ones", Points: 14, Run: scales},
		{ID: "filters", Title: "Filters of both scales, with and without area, few and too many", Points: 18, Run: filters},
		{ID: "power", Title: "Power of random sounds: hops that do not divide, windows that are no power of two, silence, large and tiny", Points: 14, Run: power},
		{ID: "log-mel", Title: "LogMel of noise, tones and silence", Points: 14, Run: logMel},
		{ID: "refuses", Title: "Bad arguments are refused, and good ones stay as they were", Points: 12, Run: refuses},
		// ### END HIDDEN TESTS
	},
}
