using Latent.Objectives;
using Latent.Torch;

namespace Latent.Training;

/// <summary>The players with what was built for them.</summary>
internal sealed class Game
{
    private readonly Optimizer[] optimizers;
    private readonly long[] turnEnds;   // within a round
    private readonly int[] storeOf;

    public Game(IReadOnlyList<Player> players, ulong seed)
    {
        if (players.Count == 0) throw new ArgumentException("Nobody plays: give at least one player.", nameof(players));
        if (players.DistinctBy(p => p.Name).Count() < players.Count) throw new ArgumentException("Two players have the same name; give each one of its own.", nameof(players));
        Players = players;
        Stores = [.. players.Select(p => p.Store).Distinct()];
        storeOf = [.. players.Select(p => Array.IndexOf(Stores, p.Store))];
        turnEnds = new long[players.Count];
        using var scope = TensorScope.Open();
        Objective? first = null;
        for (var i = 0; i < players.Count; i++)
        {
            turnEnds[i] = players[i].StepsPerRound + (i == 0 ? 0 : turnEnds[i - 1]);
            var owner = Array.IndexOf(storeOf, storeOf[i]);
            // Another store has other numbers, also where its paths are the same.
            var objective = owner == i ? players[i].Build(players[i].Store.Init(i == 0 ? seed : new Rng(seed).Fork(players[i].Name).Key)) : null;
            using var replica = objective is null ? players[i].Store.Replicate() : null;
            objective ??= players[i].Build(replica!.Init());
            CouplesExamples |= objective.CouplesExamples;
            first ??= objective;
        }
        Objective = first!;
        optimizers = [.. players.Select(p => p.Optimizer(p.Store.Select([.. p.Parameters])))];
        foreach (var optimizer in optimizers) optimizer.RefusesNonFinite = true;
    }

    /// <summary>Who plays.</summary>
    public IReadOnlyList<Player> Players { get; }

    /// <summary>The players' stores, each once.</summary>
    public ParameterStore[] Stores { get; }

    /// <summary>The first player's objective on its store itself.</summary>
    public Objective Objective { get; }

    /// <summary>Whether any objective couples examples.</summary>
    public bool CouplesExamples { get; }

    /// <summary>How many numbers are trained.</summary>
    public long ParameterCount => Stores.Sum(s => s.ParameterCount);

    /// <summary>Each player's optimizer.</summary>
    public IReadOnlyList<Optimizer> Optimizers => optimizers;

    /// <summary>The number of the player's store.</summary>
    public int StoreOf(int player) => storeOf[player];

    /// <summary>The name of a store in file names: that of its first player; null for the only one.</summary>
    public string? StoreName(int store) => Stores.Length == 1 ? null : Players[Array.IndexOf(storeOf, store)].Name;

    /// <summary>Whose turn a step is.</summary>
    public int PlayerAt(long step)
    {
        if (turnEnds.Length == 1) return 0;
        var position = step % turnEnds[^1];
        var player = 0;
        while (position >= turnEnds[player]) player++;
        return player;
    }

    /// <summary>Calls <paramref name="body"/> while all parameters have the values of their moving averages.</summary>
    public T WithAverages<T>(Func<T> body) => optimizers.Aggregate(body, (inner, optimizer) => () => optimizer.WithAverage(inner))();
}
