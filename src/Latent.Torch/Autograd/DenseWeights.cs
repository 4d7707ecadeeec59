namespace Latent.Torch;

/// <summary>One layer y = f(x (W ∘ M)ᵀ + b) of a perceptron.</summary>
/// <param name="Weight">W, [outputs, inputs].</param>
/// <param name="Bias">b, [outputs], or null for none.</param>
/// <param name="Activation">f.</param>
/// <param name="Mask">M, [outputs, inputs]; null for ones.</param>
public readonly record struct DenseWeights(Tensor Weight, Tensor? Bias, Activation Activation, WeightMask? Mask = null);
