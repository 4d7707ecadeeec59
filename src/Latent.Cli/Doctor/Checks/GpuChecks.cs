using Latent.Cli.Doctor.Facts;

namespace Latent.Cli.Doctor.Checks;

/// <summary>GPUs, and the means by which processes work together.</summary>
internal static class GpuChecks
{
    public static IEnumerable<Finding> Of(MachineFacts facts) => [GpusOf(facts), GroupsOf(facts.Native.Libtorch)];

    private static Finding GpusOf(MachineFacts facts)
    {
        var present = facts.Gpus.Count == 0 ? "no NVIDIA GPU here" : string.Join(", ", facts.Gpus);
        if (facts.Native.Libtorch is not { } libtorch)
        {
            return facts.Gpus.Count == 0 ? new("gpu", "GPU", Status.Ok, $"none: {present}") : new("gpu", "GPU", Status.Unknown, $"{present}; not known whether libtorch can use it");
        }
        Finding Unused(string why, string remedy, string? note = null) => new("gpu", "GPU", Status.Warning, $"{present}, unused: {why}") { Remedy = remedy, Note = note };

        if (libtorch.Gpus.Count > 0)
        {
            return new("gpu", "GPU", Status.Ok, string.Join("; ", libtorch.Gpus.Select(g => $"{g.Name}, {Count.Bytes(g.FreeBytes)} of {Count.Bytes(g.TotalBytes)} free")));
        }
        if (facts.Gpus.Count == 0) return new("gpu", "GPU", Status.Ok, $"none: {present}{(libtorch.WithCuda ? "" : ", and libtorch is built without CUDA")}");
        if (!libtorch.WithCuda)
        {
            return Unused(
                "libtorch is built without CUDA", "export LIBTORCH_USE_PYTORCH=1 && eng/setup",
                "in Latent's folder: takes the libtorch of python3's PyTorch; or unpack a release with CUDA and set LIBTORCH to its folder");
        }
        return facts.Environment.TryGetValue("CUDA_VISIBLE_DEVICES", out var visible)
            ? Unused($"CUDA_VISIBLE_DEVICES={visible} hides it", "unset CUDA_VISIBLE_DEVICES")
            : Unused(libtorch.GpuFailure ?? "CUDA finds no device it can use", "nvidia-smi", "it tells the driver's version: update the driver if it is older than libtorch's CUDA");
    }

    private static Finding GroupsOf(LibtorchFacts? libtorch) => libtorch switch
    {
        null => new("process-groups", "Process groups", Status.Unknown, "not known without the native library"),
        { ProcessGroups.Count: 0 } => new("process-groups", "Process groups", Status.Warning, "none: this libtorch cannot train on several machines")
        {
            Remedy = "sudo apt-get install libgloo-dev && eng/setup",
            Note = "in Latent's folder",
        },
        _ => new("process-groups", "Process groups", Status.Ok, string.Join(", ", libtorch.ProcessGroups)),
    };
}
