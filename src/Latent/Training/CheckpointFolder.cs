using Latent.Torch;

namespace Latent.Training;

/// <summary>The checkpoints of a game in a run's folder: a file per store, the last two of each and the best.</summary>
internal sealed class CheckpointFolder(RunFolder folder, Game game)
{
    private const int Kept = 2;

    private string?[] Names => [.. game.Stores.Select((_, i) => game.StoreName(i))];

    /// <summary>The steps of whole checkpoints, the latest first.</summary>
    public IReadOnlyList<long> Steps => [.. Names.Select(folder.Steps).Aggregate<IEnumerable<long>>((all, steps) => all.Intersect(steps))];

    /// <summary>Writes a checkpoint, then removes those that are no longer needed.</summary>
    /// <returns>The first store's file.</returns>
    /// <exception cref="IOException">A file cannot be written; the checkpoints before are intact.</exception>
    public string Save(Checkpoint checkpoint)
    {
        Write(checkpoint, name => folder.CheckpointFile(checkpoint.Step, name));
        foreach (var name in Names)
            foreach (var step in folder.Steps(name).Skip(Kept)) File.Delete(folder.CheckpointFile(step, name));
        return folder.CheckpointFile(checkpoint.Step, game.StoreName(0));
    }

    /// <summary>Writes the best checkpoint.</summary>
    public void SaveBest(Checkpoint checkpoint) => Write(checkpoint, folder.BestFile);

    /// <summary>Writes a checkpoint into another folder.</summary>
    public void SaveTo(string path, Checkpoint checkpoint) => Write(checkpoint, name => Path.Combine(path, Path.GetFileName(folder.CheckpointFile(checkpoint.Step, name))));

    /// <summary>Reads the latest checkpoint that can be read. Those that cannot are set aside, once an older one can.</summary>
    /// <param name="check">Called with what a checkpoint says and its file, before its tensors are read; throws if it is none of this run.</param>
    /// <param name="refused">Called with each that was set aside.</param>
    /// <returns>The checkpoint and the first store's file; null if there is none at all.</returns>
    /// <exception cref="MalformedFileException">There are checkpoints, but none can be read: says what is wrong with the latest.</exception>
    public (Checkpoint Checkpoint, string File)? Restore(Action<Checkpoint, string> check, Action<TrainingEvent.CheckpointRefused> refused)
    {
        var damaged = new List<(long Step, MalformedFileException Fault)>();
        foreach (var step in Steps)
        {
            var file = folder.CheckpointFile(step, game.StoreName(0));
            if (Try(step, () => Checkpoint.Read(file)) is not { } said) continue;
            check(said, file);
            if (Try(step, () => game.Stores.Select((store, i) => Checkpoint.LoadToResume(folder.CheckpointFile(step, game.StoreName(i)), store)).ToList()) is null) continue;
            foreach (var (bad, fault) in damaged)
            {
                foreach (var name in Names) File.Move(folder.CheckpointFile(bad, name), folder.CheckpointFile(bad, name) + ".damaged", overwrite: true);
                refused(new(bad, fault.Path, $"{fault.Place}: {fault.Problem}"));
            }
            return (said, file);
        }
        return damaged is [(_, var latest), ..]
            ? throw new MalformedFileException(latest.Path, latest.Place, latest.Problem, "None of the run's checkpoints can be read: begin anew under another name.", latest)
            : null;

        T? Try<T>(long step, Func<T> read) where T : class
        {
            try
            {
                return read();
            }
            catch (MalformedFileException e)
            {
                damaged.Add((step, e));
                return null;
            }
        }
    }

    private void Write(Checkpoint checkpoint, Func<string?, string> file)
    {
        for (var i = 0; i < game.Stores.Length; i++) checkpoint.Save(file(game.StoreName(i)), game.Stores[i]);
    }
}
