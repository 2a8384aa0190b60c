// Package datasets reads the published sets of images that the course uses and generates others that need no network.
package datasets
