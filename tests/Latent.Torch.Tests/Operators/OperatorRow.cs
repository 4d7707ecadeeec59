namespace Latent.Torch.Tests.Operators;

/// <summary>One small computation with an operator, and what must come out.</summary>
/// <param name="Operator">Name and overload: <c>add.Tensor</c>.</param>
/// <param name="Compute">Calls the operator on small inputs.</param>
/// <param name="Expected">The results, worked out without libtorch.</param>
/// <param name="IsDirect">Whether the results come straight from the operator, so that their origin shows that C# chose the right overload.</param>
internal sealed record OperatorRow(string Operator, Func<Tensor[]> Compute, Expected[] Expected, bool IsDirect = true);
