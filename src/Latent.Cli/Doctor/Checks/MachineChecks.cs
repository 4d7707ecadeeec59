using Latent.Cli.Doctor.Facts;

namespace Latent.Cli.Doctor.Checks;

/// <summary>The system, the processor, the memory.</summary>
internal static class MachineChecks
{
    private const long LittleMemory = 1L << 30;

    public static IEnumerable<Finding> Of(MachineFacts facts) => [SystemOf(facts.System), ProcessorOf(facts.Processor), MemoryOf(facts.Memory)];

    private static Finding SystemOf(SystemFacts system)
    {
        var found = $"{system.OperatingSystem}, {system.Architecture}, {system.Runtime}";
        return system.IsLinux
            ? new("system", "System", Status.Ok, found)
            : new("system", "System", Status.Problem, $"{found}: the native library exists for Linux only")
            {
                Remedy = "Use Linux; on Windows, type in WSL what you typed here.",
            };
    }

    private static Finding ProcessorOf(ProcessorFacts processor)
    {
        var features = processor.FeatureNames is { Length: > 0 } names ? $", {names}" : "";
        return new("processor", "Processor", Status.Ok, $"{processor.Model}, {Count.Of(processor.Cores, "core")}{features}")
        {
            Details =
            [
                .. processor.Processors > processor.Cores ? [$"{processor.Processors} hardware threads"] : Array.Empty<string>(),
                .. processor.Usable < processor.Processors
                    ? [$"this process may use {processor.Usable} of them{(processor.Limit is { } limit ? $" (the control group's limit is {limit:0.##})" : "")}"]
                    : Array.Empty<string>(),
                .. processor.DotNetInstructionSet < Least(processor.InstructionSet, InstructionSet.Avx512)
                    ? [$".NET uses {processor.DotNetInstructionSet.Name()} of it"]
                    : Array.Empty<string>(),
            ],
        };
    }

    private static InstructionSet Least(InstructionSet a, InstructionSet b) => a < b ? a : b;

    private static Finding MemoryOf(MemoryFacts memory)
    {
        var found = $"{Count.Bytes(memory.AvailableBytes)} of {Count.Bytes(memory.TotalBytes)} available";
        if (memory.LimitBytes is not null) found += " (the control group's limit)";
        return memory.AvailableBytes >= LittleMemory
            ? new("memory", "Memory", Status.Ok, found)
            : new("memory", "Memory", Status.Warning, $"{found}: little for training")
            {
                Remedy = memory.LimitBytes is null ? "ps -eo rss,pid,args --sort=-rss | head" : "Give the container or the job more memory.",
                Note = memory.LimitBytes is null ? "shows what fills it" : null,
            };
    }
}
