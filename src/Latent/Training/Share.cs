using Latent.Objectives;

namespace Latent.Training;

/// <summary>What a replica found in a step: the numbers of its loss.</summary>
internal sealed class Share
{
    private readonly List<(string Name, double Value)> terms = [];

    /// <summary>The fraction of the batch; 0 if it had none.</summary>
    public double Weight { get; set; }

    /// <summary>The mean loss of its examples.</summary>
    public double Loss { get; private set; }

    /// <summary>The loss's terms.</summary>
    public IReadOnlyList<(string Name, double Value)> Terms => terms;

    public void Clear()
    {
        (Weight, Loss) = (0, 0);
        terms.Clear();
    }

    public void Read(Loss loss)
    {
        Loss = loss.Value.Item<double>();
        foreach (var term in loss.Terms) terms.Add((term.Name, term.Value.Item<double>()));
    }
}
