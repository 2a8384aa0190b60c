// Package datasets reads the published sets of images that the course uses and generates others that need no network.
//
// Read from files. They are looked for in $COURSE_DATA, ../shared/data beside the course, and .course/data, where
// `go tool course data fetch NAME` puts them; the manifest is package nncourse/data.
//
//	function       images (train + test)  shape      values  classes
//	MNIST          60000 + 10000          28×28×1    [0, 1]  handwritten digits 0 … 9
//	FashionMNIST   60000 + 10000          28×28×1    [0, 1]  ten kinds of clothing
//	CIFAR10        50000 + 10000          32×32×3    [0, 1]  ten kinds of animals and vehicles
//	Imagenette      9469 +  3925          as asked   [0, 1]  ten classes of ImageNet; photographs, read as they are needed
//	OpenImageFolder                       as asked   [0, 1]  any folder of folders of JPEG files
//	Geirhos          160 of each part     as asked   [0, 1]  16 classes: shapes in textures of others, silhouettes, edges
//
// Tabular reads small tables of measurements, SMS short messages, ESOL molecules, FSDD recordings of spoken digits (SpokenDigits: or
// generated Melodies); TinyShakespeare, Names and WikiText2 texts, WordQuestions and WordSim353 what people answered about words.
//
// Generated, from a random source that is a parameter: one seed gives one set, bit by bit, however many cores there are.
//
//	function            shape             classes
//	Strokes             28×28×1, [0, 1]   digits 0 … 9, drawn with a pen that shifts, slants and bends
//	TexturedShapes      64×64×1, [0, 1]   ten shapes, each with its texture, on clutter; boxes known
//	TexturedShapesWith  the same          textures that match, ignore or contradict the shape
//	TwoMoons, Circles   points, [−2, 2]²  2, curved
//	Spirals             points, [−1, 1]²  2 or more, wound round each other
//	XOR                 points, [−1, 1]²  2, in opposite quadrants
//	Blobs               points            one a centre, normal
//
// (The squares hold the points without noise.) Digits is MNIST where it is present and Strokes otherwise, and says which in
// Source: it is what a lesson uses that must run everywhere.
//
// A set whose files are nowhere gives ErrAbsent. A file that is cut off, corrupt or not the published one gives a *FileError
// with the file, the offset, and the expected and found checksum; nothing else is then used in its place.
package datasets
