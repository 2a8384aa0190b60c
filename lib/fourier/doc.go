// Package fourier looks at images, perturbations and networks in the space of spatial frequencies; and at signals and pictures through
// the features that people designed before they were learned.
//
//	features.go     amplitude spectra, power, energies by direction and by scale
//	haar.go         the Haar transform
//	morlet.go       the continuous transform with Morlet's wavelet
//	nearestmean.go  the classifier that the designed features are given to
//	keep.go         keeping some coefficients of a spectrum
//	spectrum.go     mean spectra of many images or perturbations
//	radial.go       energy against radius, and the low-to-high ratio
//	filter.go       Re F⁻¹(M ⊙ Fx) in a GoMLX graph, by FFT, with its gradients
//	products.go     the same by products with DFT matrices, for backends without FFT
//	mask.go         masks M_Φ(λ, p): the frequencies that a network needs to keep its loss, learned by gradient descent
//
// An image x of H rows and W columns has the coefficients
//
//	(Fx)[u, v] = Σ_{y, z} x[y, z] e^(−2πi(uy/H + vz/W)),    x = F⁻¹Fx,    (F⁻¹c)[y, z] = 1/(HW) Σ_{u, v} c[u, v] e^(2πi(uy/H + vz/W)),
//
// so that Parseval's identity is Σ|x|² = 1/(HW) Σ|Fx|². Spectra and masks lie row-major [H, W] in this order, with the
// frequency zero at [0, 0] and those from H/2 on standing for the negative ones (Frequency); Centred moves zero to the middle for
// pictures.
package fourier
