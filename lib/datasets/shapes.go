package datasets

import (
	"fmt"
	"image"
	"math/rand/v2"
)

// ShapeImages is a set of images of one textured shape each on a cluttered background. Labels is Shape.
type ShapeImages struct {
	Images
	Boxes          []image.Rectangle // [N], the smallest rectangle of pixels that holds the shape: Min inclusive, Max exclusive
	Shape, Texture []int32           // [N], the outline's class and the texture's class, each in [0, 10)
	TextureNames   []string          // names of the textures; Classes names the shapes
}

// TexturedShapes draws n images, 64×64×1, in which each shape has its own texture.
func TexturedShapes(n int, rng *rand.Rand) *ShapeImages {
	panic(fmt.Sprintf("datasets: TexturedShapes(%d): not written yet", n))
}
