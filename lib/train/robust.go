package train

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/gomlx/compute"

	"nncourse/lib/datasets"
	"nncourse/lib/nb"
	"nncourse/lib/nets"
	"nncourse/lib/robust"
	"nncourse/lib/workspace"
)

// RobustEpsilon is the radius in L∞ that RobustLeNet is trained for: a fifth of the range of a pixel.
const RobustEpsilon = 0.2

// robustPlan is a training of RobustLeNet, and the first images of the training part that it sees; 0 all.
type robustPlan struct {
	robust.Training
	nTrain int
}

// robustSetting is how RobustLeNet is trained under the full setting or the fast one.
func robustSetting(b compute.Backend, fast bool) robustPlan {
	p := robustPlan{robust.Training{Epsilon: RobustEpsilon, Inner: robust.Inner{Steps: 3, Step: 0.7, Hi: 1}, Grow: 0.3,
		Epochs: 5, LearningRate: 2e-3, Schedule: WarmUp(0.1, Cosine), Seed: digitsSeed}, 55000}
	if fast {
		p.nTrain, p.Epochs = 8000, 4
	}
	if slow(b) {
		p.nTrain, p.Epochs = 1000, 1
	}
	return p
}

// RobustLeNet returns the course's LeNet after adversarial training at ε = RobustEpsilon in L∞ (robust.Training), the test images, and
// what the training did. Network, digits and test images are those of DigitsLeNet; the test part is not looked at.
//
// There are two settings. The full one takes about four minutes on two quiet cores; on MNIST its net has 98.6 % of the test images
// right, and 88 % of the first 1000 hold under 40 steps of PGD from each of 5 random starts (robust's TestRobustLeNetMNIST asserts 98 and 85).
// Under COURSE_FAST=1 (nb.Fast) it sees 8000 images four times, in about half a minute: 97 %, and about three of four hold fewer
// steps. The first call trains, shows its progress, and stores the weights in ROOT/.course/checkpoints/lenet-robust-HASH, HASH being that of
// network, setting, backend and data, so that what one setting trained is never loaded under the other; later calls load it
// (History.Loaded). If two processes ask at once, one trains and the other waits. A training that was cancelled begins anew.
func RobustLeNet(ctx context.Context, b compute.Backend) (*nets.Model, *datasets.Images, *robust.History, error) {
	return robustSetting(b, nb.Fast()).model(ctx, b)
}

func (p robustPlan) model(ctx context.Context, b compute.Backend) (*nets.Model, *datasets.Images, *robust.History, error) {
	digits := digitsPlan(b) // says where digits come from
	test, err := digits.images(datasets.Test, digits.nTest)
	if err != nil {
		return nil, nil, nil, err
	}
	root, err := workspace.Checkpoints("")
	if err != nil {
		return nil, nil, nil, fmt.Errorf("train: %w", err)
	}
	final := filepath.Join(root, "lenet-robust-"+p.hash(b, test))
	unlock, err := lock(ctx, final+".lock")
	if err != nil {
		return nil, nil, nil, err
	}
	defer unlock()
	m := nets.NewLeNet(b, digitsSeed)
	h, err := loadRobust(ctx, m, final)
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return m, test, h, err
	}
	all, err := digits.images(datasets.Train, p.nTrain)
	if err != nil {
		return nil, nil, nil, err
	}
	p.Progress = nb.NewProgress("adversarial training of LeNet on "+all.Name, p.Steps(all.N))
	if h, err = p.Fit(ctx, m, all); err != nil {
		return nil, nil, nil, err
	}
	p.Progress.Done("")
	return m, test, h, saveRobust(m, h, final)
}

// robustWeights is the file with the weights in RobustLeNet's folder; it is written last.
const robustWeights = "weights.gob"

func saveRobust(m *nets.Model, h *robust.History, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("train: %w", err)
	}
	w, err := weights(m.Store)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(h, "", " ")
	if err != nil {
		return fmt.Errorf("train: %w", err)
	}
	if err := replace(filepath.Join(dir, historyFile), text); err != nil {
		return err
	}
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(w); err != nil {
		return fmt.Errorf("train: %w", err)
	}
	return replace(filepath.Join(dir, robustWeights), b.Bytes())
}

// loadRobust gives m the weights that saveRobust wrote. The error is fs.ErrNotExist (for errors.Is) where there are none.
func loadRobust(ctx context.Context, m *nets.Model, dir string) (*robust.History, error) {
	var w map[string][]float32
	if err := readGob(filepath.Join(dir, robustWeights), &w); err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	h := &robust.History{Loaded: true}
	if err := readJSON(filepath.Join(dir, historyFile), h); err != nil {
		return nil, err
	}
	if _, _, err := m.Predict(ctx, make([]float32, 28*28)); err != nil { // makes the variables
		return nil, err
	}
	return h, restore(m.Store, w)
}

// hash names what decides the trained weights.
func (p robustPlan) hash(b compute.Backend, test *datasets.Images) string {
	h := sha256.New()
	fmt.Fprintln(h, "LeNet", nets.LeNetConv1, nets.LeNetConv2, nets.LeNetHidden, digitsSeed, b.Name())
	fmt.Fprintln(h, p.Epsilon, p.Inner, p.Centre, p.Clean, p.Grow, p.Epochs, p.BatchSize, p.LearningRate, p.Seed, p.nTrain)
	for i := range 8 {
		fmt.Fprintln(h, p.Schedule(float64(i)/8))
	}
	fmt.Fprintln(h, test.Name, test.N, test.Labels, test.Pix[:min(len(test.Pix), 20*784)])
	return fmt.Sprintf("%x", h.Sum(nil)[:4])
}
