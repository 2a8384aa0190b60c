package cueconflict

// Observer is one whose answers to the published images are known.
type Observer struct {
	Name string
	Result
}

// publishedClasses are the 16 classes of the experiment.
var publishedClasses = []string{"airplane", "bear", "bicycle", "bird", "boat", "bottle", "car", "cat", "chair", "clock", "dog", "elephant", "keyboard", "knife", "oven", "truck"}

// published holds, by class of the shape, how many answers were the shape's, the texture's, and neither's. Each network saw the 1200
// published conflicts whose cues disagree once; each of ten people saw them all once.
//
// Counted from the trials that the authors publish (github.com/rgeirhos/texture-vs-shape at ccd0c01d, folder raw-data,
// experiment style-transfer-512-nomask; CC BY 4.0).
var published = []struct {
	name string
	by   []Counts
}{
	{"Humans", []Counts{{443, 53, 254}, {501, 35, 214}, {717, 2, 31}, {581, 19, 150}, {348, 51, 351}, {672, 9, 69}, {671, 18, 61}, {561, 24, 165}, {680, 6, 64}, {705, 3, 42}, {529, 33, 188}, {553, 21, 176}, {571, 35, 144}, {483, 59, 208}, {574, 19, 157}, {647, 11, 92}}},
	{"AlexNet", []Counts{{5, 28, 42}, {1, 27, 47}, {32, 20, 23}, {10, 25, 40}, {6, 23, 46}, {34, 21, 20}, {23, 27, 25}, {7, 30, 38}, {23, 23, 29}, {55, 6, 14}, {20, 21, 34}, {3, 24, 48}, {4, 28, 43}, {6, 27, 42}, {21, 23, 31}, {33, 23, 19}}},
	{"VGG-16", []Counts{{0, 42, 33}, {0, 46, 29}, {4, 32, 39}, {1, 46, 28}, {2, 37, 36}, {26, 29, 20}, {19, 32, 24}, {9, 38, 28}, {6, 42, 27}, {21, 32, 22}, {10, 43, 22}, {0, 41, 34}, {3, 45, 27}, {1, 47, 27}, {4, 37, 34}, {24, 36, 15}}},
	{"GoogLeNet", []Counts{{2, 41, 32}, {2, 39, 34}, {15, 20, 40}, {9, 37, 29}, {7, 33, 35}, {32, 26, 17}, {30, 19, 26}, {12, 32, 31}, {14, 32, 29}, {42, 16, 17}, {15, 29, 31}, {5, 30, 40}, {5, 40, 30}, {5, 40, 30}, {4, 36, 35}, {29, 33, 13}}},
	{"ResNet-50", []Counts{{0, 40, 35}, {2, 38, 35}, {6, 25, 44}, {1, 44, 30}, {5, 34, 36}, {36, 28, 11}, {21, 30, 24}, {2, 38, 35}, {4, 41, 30}, {37, 15, 23}, {10, 39, 26}, {2, 37, 36}, {6, 44, 25}, {0, 43, 32}, {6, 39, 30}, {24, 37, 14}}},
	{"ResNet-50 on Stylized-ImageNet", []Counts{{10, 15, 50}, {23, 6, 46}, {49, 7, 19}, {49, 5, 21}, {13, 15, 47}, {53, 7, 15}, {27, 13, 35}, {28, 6, 41}, {44, 6, 25}, {63, 2, 10}, {50, 5, 20}, {48, 8, 19}, {14, 17, 44}, {10, 18, 47}, {46, 4, 25}, {59, 7, 9}}},
}

// Published returns what ten people, and networks trained on ImageNet, answered to the published images of Geirhos et al. 2019
// (Fig. 4 and 5). The last network was trained on Stylized-ImageNet instead: the same photographs, each in the texture of a
// painting drawn at random, so that only the shape tells the class.
func Published() []Observer {
	var all []Observer
	for _, p := range published {
		all = append(all, Observer{p.name, Result{Classes: publishedClasses, By: append([]Counts(nil), p.by...)}})
	}
	return all
}
