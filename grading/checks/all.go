// Package checks lists the exercises that can be graded. Each has a package of its own beside this file, which declares
// its Exercise.
package checks

import (
	"nncourse/grading"
	"nncourse/grading/checks/activationmaximisation"
	"nncourse/grading/checks/adversarialtraining"
	"nncourse/grading/checks/attention"
	"nncourse/grading/checks/backpropdeep"
	"nncourse/grading/checks/backproponehiddenlayer"
	"nncourse/grading/checks/batchnorm"
	"nncourse/grading/checks/cam"
	"nncourse/grading/checks/capstone"
	"nncourse/grading/checks/chainrule"
	"nncourse/grading/checks/convolution"
	"nncourse/grading/checks/deepfool"
	"nncourse/grading/checks/dropout"
	"nncourse/grading/checks/easgd"
	"nncourse/grading/checks/entropysgd"
	"nncourse/grading/checks/equivariance"
	"nncourse/grading/checks/fgsm"
	"nncourse/grading/checks/fourierfeatures"
	"nncourse/grading/checks/fouriermask"
	"nncourse/grading/checks/gan"
	"nncourse/grading/checks/gradientcheck"
	"nncourse/grading/checks/gradientdescent"
	"nncourse/grading/checks/graphconvolution"
	"nncourse/grading/checks/implicitregularisation"
	"nncourse/grading/checks/ista"
	"nncourse/grading/checks/kerneltrick"
	"nncourse/grading/checks/lanczos"
	"nncourse/grading/checks/leastnormgd"
	"nncourse/grading/checks/lenetshapes"
	"nncourse/grading/checks/linearregions"
	"nncourse/grading/checks/lista"
	"nncourse/grading/checks/losses"
	"nncourse/grading/checks/melspectrogram"
	"nncourse/grading/checks/messagepassing"
	"nncourse/grading/checks/minnormattack"
	"nncourse/grading/checks/momentum"
	"nncourse/grading/checks/naivebayes"
	"nncourse/grading/checks/neurallanguagemodel"
	"nncourse/grading/checks/operatordiscovery"
	"nncourse/grading/checks/orbitkernel"
	"nncourse/grading/checks/perceptron"
	"nncourse/grading/checks/pooling"
	"nncourse/grading/checks/relunetwork"
	"nncourse/grading/checks/residualblock"
	"nncourse/grading/checks/schedules"
	"nncourse/grading/checks/softmaxcrossentropy"
	"nncourse/grading/checks/sparseautoencoder"
	"nncourse/grading/checks/svmdual"
	"nncourse/grading/checks/vae"
	"nncourse/grading/checks/wordvectors"
)

// All lists every exercise, in the order of the course.
var All = []grading.Exercise{
	perceptron.Exercise,
	svmdual.Exercise,
	kerneltrick.Exercise,
	relunetwork.Exercise,
	linearregions.Exercise,
	losses.Exercise,
	softmaxcrossentropy.Exercise,
	gradientdescent.Exercise,
	gradientcheck.Exercise,
	chainrule.Exercise,
	backproponehiddenlayer.Exercise,
	backpropdeep.Exercise,
	schedules.Exercise,
	momentum.Exercise,
	leastnormgd.Exercise,
	implicitregularisation.Exercise,
	lanczos.Exercise,
	entropysgd.Exercise,
	convolution.Exercise,
	equivariance.Exercise,
	pooling.Exercise,
	orbitkernel.Exercise,
	batchnorm.Exercise,
	lenetshapes.Exercise,
	dropout.Exercise,
	residualblock.Exercise,
	easgd.Exercise,
	minnormattack.Exercise,
	fgsm.Exercise,
	deepfool.Exercise,
	adversarialtraining.Exercise,
	fouriermask.Exercise,
	fourierfeatures.Exercise,
	activationmaximisation.Exercise,
	cam.Exercise,
	operatordiscovery.Exercise,
	graphconvolution.Exercise,
	messagepassing.Exercise,
	naivebayes.Exercise,
	sparseautoencoder.Exercise,
	vae.Exercise,
	gan.Exercise,
	wordvectors.Exercise,
	neurallanguagemodel.Exercise,
	attention.Exercise,
	melspectrogram.Exercise,
	ista.Exercise,
	lista.Exercise,
	capstone.Exercise,
}

// Find gives the exercise with the slug.
func Find(slug string) (*grading.Exercise, bool) {
	for i := range All {
		if All[i].Slug == slug {
			return &All[i], true
		}
	}
	return nil, false
}
