using Latent.Networks;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>The numbers of a transform: parameters of its own, or where it has a context, a linear map of that.</summary>
internal sealed class AmortizedParameters
{
    private readonly (Tensor? Value, Shape Shape)[] parts;
    private readonly Linear? map;

    /// <summary>Takes the parameters.</summary>
    /// <param name="place">Where the transform stands.</param>
    /// <param name="deviation">Of first values, where there is no context.</param>
    /// <param name="parameters">Names and shapes.</param>
    public AmortizedParameters(TransformPlace place, double deviation, params ReadOnlySpan<(string Name, Shape Shape)> parameters)
    {
        parts = new (Tensor?, Shape)[parameters.Length];
        var hasContext = place.ContextFeatures > 0;
        for (var i = 0; i < parts.Length; i++)
            parts[i] = (hasContext ? null : place.Init.Parameter(parameters[i].Name, parameters[i].Shape, Initializers.Normal(deviation)), parameters[i].Shape);
        if (hasContext) map = new(place.Init, place.ContextFeatures, parts.Sum(part => part.Shape.Elements));
        Features = place.ContextFeatures;
    }

    private long Features { get; }

    /// <summary>The parameters given a context [*, features]: [*, *shape].</summary>
    public Tensor[] Given(Tensor? context)
    {
        if (map is null) return Array.ConvertAll(parts, part => part.Value!);
        var raw = map.Forward(context ?? Tensor.Zeros([Features], dtype: map.Weight.ElementType, device: map.Weight.Device));
        var values = raw.SplitWithSizes(Array.ConvertAll(parts, part => part.Shape.Elements), -1);
        return [.. values.Zip(parts, (value, part) => part.Shape.Rank switch { 0 => value.Squeeze(-1), 1 => value, _ => value.Unflatten(-1, part.Shape) })];
    }
}
