using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Latent.Tests.Data;

/// <summary>A web server for one file on the loopback interface, one request per connection.</summary>
internal sealed class LocalServer : IDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Task loop;

    public LocalServer(byte[] content)
    {
        Content = content;
        listener.Start();
        loop = Task.Run(ServeAsync);
    }

    public byte[] Content { get; set; }

    /// <summary>Whether it answers to ranges.</summary>
    public bool KnowsRanges { get; set; } = true;

    /// <summary>After how many bytes of the body it hangs up; never if null.</summary>
    public int? HangsUpAfter { get; set; }

    /// <summary>What it answers in place of the file.</summary>
    public string? Status { get; set; }

    /// <summary>The offsets that were asked for, 0 without a range.</summary>
    public List<int> Offsets { get; } = [];

    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/data.gz");

    public void Dispose()
    {
        listener.Stop();
        loop.Wait();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                await AnswerAsync(client.GetStream());
            }
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            // stopped
        }
    }

    private async Task AnswerAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        var offset = 0;
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            if (line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase))
                offset = int.Parse(line["Range: bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
        }
        Offsets.Add(offset);
        if (!KnowsRanges) offset = 0;
        var body = Status is not null || offset >= Content.Length ? [] : Content[offset..];
        var status = Status ?? (offset == 0 ? "200 OK" : offset < Content.Length ? "206 Partial Content" : "416 Range Not Satisfiable");
        var range = status.StartsWith("206", StringComparison.Ordinal) ? $"Content-Range: bytes {offset}-{Content.Length - 1}/{Content.Length}\r\n" : "";
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\n{range}Connection: close\r\n\r\n"));
        await stream.WriteAsync(body.AsMemory(0, Math.Min(body.Length, HangsUpAfter ?? body.Length)));
    }
}
