package train

import (
	"context"
	"fmt"
	"math"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/train/loss"
	"github.com/gomlx/gomlx/ml/train/metric"

	"nncourse/lib/datasets"
	"nncourse/lib/nets"
	"nncourse/lib/segment"
)

// FitMasks is Fit for a network that gives every pixel a logit: it minimises the mean binary cross entropy of all pixels
// of the training images,
//
//	J = −(1/NHW) Σ_p [y_p log σ(z_p) + (1 − y_p) log(1 − σ(z_p))],    σ(z) = 1/(1 + e^(−z)),
//
// by Adam. In the history the losses are J, Accuracy is the share of right pixels in the training batches, and
// ValidAccuracy is the IoU of the road on the validation images, all taken together, with the road where z > 0; Patience
// and the best epoch go by that IoU. All else, checkpoints and errors too, is as in Fit.
//
// It panics if the images have another number of channels than the model, sides that are not multiples of m.Multiple, or
// if one of the sets is empty, and if cfg.Augment is set.
func FitMasks(ctx context.Context, m *nets.PixelModel, train, valid *datasets.RoadImages, cfg Config) (*History, error) {
	for _, d := range []*datasets.RoadImages{train, valid} {
		if d.N == 0 || d.C != m.Channels || d.H%m.Multiple != 0 || d.W%m.Multiple != 0 || len(d.Mask) != d.N*d.H*d.W {
			panic(fmt.Sprintf("train: FitMasks got %d images of %d×%d×%d with %d mask pixels, for a model of %d channels and sides in multiples of %d",
				d.N, d.H, d.W, d.C, len(d.Mask), m.Channels, m.Multiple))
		}
	}
	if cfg.Augment != nil {
		panic("train: FitMasks cannot take Config.Augment, which would move the picture and leave its mask")
	}
	cfg = cfg.withDefaults(train.N)
	// The trainer needs the store and the graph function alone, of which nets.Model has the same.
	f := &fit{ctx: ctx, m: &nets.Model{Backend: m.Backend, Store: m.Store, Logits: m.Logits}, train: &train.Images, valid: &valid.Images, cfg: cfg}
	f.task = task{
		loss:   loss.BinaryCrossentropyLogits,
		metric: metric.NewMeanBinaryLogitsAccuracy("Pixel accuracy", "pix"),
		targets: func() *tensors.Tensor {
			return tensors.FromFlatDataAndDimensions(train.Mask, train.N, train.H, train.W)
		},
		measure: func() (float64, float64, error) { return measureMasks(ctx, m, valid) },
		names:   "validation IoU",
	}
	return f.fit()
}

// measureMasks gives the mean binary cross entropy of the pixels, and the IoU of the whole set.
func measureMasks(ctx context.Context, m *nets.PixelModel, d *datasets.RoadImages) (meanLoss, iou float64, err error) {
	z, err := m.Predict(ctx, d.Pix, d.H, d.W)
	if err != nil {
		return 0, 0, err
	}
	for p, z := range z {
		// −y log σ(z) − (1 − y) log(1 − σ(z)) = max(z, 0) − yz + log(1 + e^(−|z|))
		z, y := float64(z), float64(d.Mask[p])
		meanLoss += max(z, 0) - y*z + math.Log1p(math.Exp(-math.Abs(z)))
	}
	if math.IsNaN(meanLoss) || math.IsInf(meanLoss, 0) {
		return 0, 0, fmt.Errorf("train: the validation loss is %g: lower the learning rate", meanLoss)
	}
	iou = segment.IoU(d.Mask, segment.Threshold(z, 0))
	if math.IsNaN(iou) { // no road, neither there nor found
		iou = 1
	}
	return meanLoss / float64(len(z)), iou, nil
}

// LoadMasks gives a model the weights of a finished run that FitMasks left in a checkpoint folder, as Load does.
func LoadMasks(m *nets.PixelModel, dir string) (*History, error) {
	return Load(&nets.Model{Backend: m.Backend, Store: m.Store, Logits: m.Logits}, dir)
}
