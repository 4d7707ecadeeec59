using System.Text.Json.Nodes;
using Latent.Cli.Tests.Use;
using Latent.Torch;
using Latent.Torch.Tests.Serialization;
using Latent.Training;

namespace Latent.Cli.Tests.BadInput;

/// <summary>A folder with copies of trained runs, to be damaged.</summary>
internal sealed class Workplace : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>Copies the runs <c>pictures</c> and <c>table</c>, whose data are <c>table.csv</c>.</summary>
    public Workplace(TrainedRuns runs)
    {
        File.Copy(runs.Table, At("table.csv"));
        foreach (var name in (string[])["pictures", "table"])
        {
            foreach (var file in Directory.EnumerateFiles(runs[name].Path, "*", SearchOption.AllDirectories))
            {
                var copy = At(Path.Combine("runs", name, Path.GetRelativePath(runs[name].Path, file)));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }
        Edit("runs/table/recipe.yaml", text => text.Replace(runs.Table, At("table.csv"), StringComparison.Ordinal));
    }

    public RunFolder Table => new(At("runs/table"));

    /// <summary>All files with what they hold, and folders.</summary>
    public IReadOnlyDictionary<string, string> Contents => Directory.EnumerateFileSystemEntries(At(""), "*", SearchOption.AllDirectories)
        .ToDictionary(entry => entry, entry => Directory.Exists(entry) ? "" : Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(entry))));

    public string At(string name) => folder.At(name);

    public void Write(string name, string text) => File.WriteAllText(At(name), text);

    public void Edit(string name, Func<string, string> change) => Write(name, change(File.ReadAllText(At(name))));

    /// <summary>Changes an object in a file of JSON.</summary>
    public void EditJson(string name, Action<JsonNode> change) => Edit(name, text =>
    {
        var json = JsonNode.Parse(text)!;
        change(json);
        return json.ToJsonString();
    });

    /// <summary>Cuts every checkpoint of the table's run after some bytes.</summary>
    public void Cut(int length, string pattern = "*.safetensors")
    {
        foreach (var name in Directory.EnumerateFiles(Table.Checkpoints, pattern))
        {
            using var file = File.OpenWrite(name);
            file.SetLength(length);
        }
    }

    /// <summary>Writes pictures of all greys.</summary>
    public void WritePictures(string name, int count) =>
        NpyFile.Write(At(name), HostArray.From<byte>([.. Enumerable.Range(0, count * 9).Select(i => (byte)(37 * i))], [count, 1, 3, 3]));

    public void Dispose() => folder.Dispose();
}
