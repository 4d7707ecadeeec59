using Latent.Data;
using Latent.Torch;

namespace Latent.Catalog;

/// <summary>What a model has to know of its data.</summary>
/// <param name="EventShape">The shape of an example.</param>
/// <param name="Levels">How many values an element may have; null for reals.</param>
/// <param name="Mean">The mean of each element over the training set, in the range that batches have; empty where it is not known (a trained model does not need it).</param>
/// <param name="Classes">How many classes there are; null without labels.</param>
public sealed record DataSummary(Shape EventShape, int? Levels, ReadOnlyMemory<double> Mean, int? Classes = null)
{
    /// <summary>The summary of a training set.</summary>
    public static DataSummary Of(Dataset train)
    {
        var size = checked((int)train.EventShape.Elements);
        var mean = new double[size];
        if (train.Levels is { } levels)
        {
            var bytes = train.Values.Bytes.Span;
            for (var i = 0; i < bytes.Length; i++) mean[i % size] += bytes[i];
            for (var i = 0; i < size; i++) mean[i] /= (levels - 1.0) * (bytes.Length / size);
        }
        else
        {
            var reals = train.Values.Values<float>();
            for (var i = 0; i < reals.Length; i++) mean[i % size] += reals[i];
            for (var i = 0; i < size; i++) mean[i] /= reals.Length / size;
        }
        return new(train.EventShape, train.Levels, mean, train.Labels?.Max() + 1);
    }
}
