using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace Latent.Data;

/// <summary>Fetches files over HTTP: what was cut off goes on where it stopped, and only a file with the right checksum gets its name.</summary>
public static class Download
{
    /// <summary>Fetches a file, unless it is there already with the right checksum.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="url">Where it comes from.</param>
    /// <param name="path">Where it goes. Until it is complete it is called <c>PATH.part</c>; its folder is made if need be.</param>
    /// <param name="sha256">Its SHA-256 in hexadecimal digits.</param>
    /// <param name="progress">Told the bytes that have arrived, and how many there will be where the server says so.</param>
    /// <exception cref="IOException">The server cannot be reached, refuses, or breaks off, or the checksum is another; the message says what to do.</exception>
    public static async Task ToFileAsync(
        HttpClient client, Uri url, string path, string sha256, IProgress<(long Arrived, long? All)>? progress = null, CancellationToken cancellation = default)
    {
        var part = path + ".part";
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        try
        {
            if (File.Exists(path) && await ChecksumAsync(path, cancellation).ConfigureAwait(false) == sha256.ToUpperInvariant()) return;
            Directory.CreateDirectory(folder);
            await FetchAsync(client, url, part, progress, cancellation).ConfigureAwait(false);
            var found = await ChecksumAsync(part, cancellation).ConfigureAwait(false);
            if (found != sha256.ToUpperInvariant())
            {
                File.Delete(part);
                throw new IOException($"{url}: the checksum of what arrived is {found}, not {sha256.ToUpperInvariant()}, so it was thrown away. Try again; if that does not help, the server holds another file: get the right one elsewhere and put it at '{path}'.");
            }
            File.Move(part, path, overwrite: true);
        }
        catch (Exception e) when (e is HttpRequestException or HttpIOException or TaskCanceledException { InnerException: TimeoutException })
        {
            var kept = File.Exists(part) ? new FileInfo(part).Length : 0;
            if (kept == 0) File.Delete(part);
            throw new IOException(
                $"Cannot download {url}: {e.Message.TrimEnd('.')}. {(kept > 0 ? $"The {kept} bytes that arrived are kept: try again to go on. Or" : "If this machine is offline,")} fetch the file elsewhere and put it at '{path}'.", e);
        }
        catch (Exception e) when (e is UnauthorizedAccessException || e is IOException && !Directory.Exists(folder))
        {
            throw new IOException($"Cannot write '{path}': {e.Message} Choose a data root where you may write, with --data-root or LATENT_DATA.", e);
        }
    }

    /// <summary>The SHA-256 of a file, in upper-case hexadecimal digits.</summary>
    /// <exception cref="IOException">It is missing or cannot be read.</exception>
    public static async Task<string> ChecksumAsync(string path, CancellationToken cancellation = default)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true);
        await using (file.ConfigureAwait(false)) return Convert.ToHexString(await SHA256.HashDataAsync(file, cancellation).ConfigureAwait(false));
    }

    private static async Task FetchAsync(HttpClient client, Uri url, string part, IProgress<(long, long?)>? progress, CancellationToken cancellation)
    {
        var file = new FileStream(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
        await using (file.ConfigureAwait(false))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            if (file.Length > 0) request.Headers.Range = new RangeHeaderValue(file.Length, null);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
            // Nothing is left to send: the checksum tells whether that is because all of it is there.
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && file.Length > 0) return;
            if (!response.IsSuccessStatusCode)
                throw new HttpRequestException($"the server answers {(int)response.StatusCode} ({response.ReasonPhrase})", null, response.StatusCode);
            var goesOn = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == file.Length;
            if (response.StatusCode == HttpStatusCode.PartialContent && !goesOn)
                throw new HttpRequestException("the server sends another part of the file than it was asked for");
            if (!goesOn) file.SetLength(0);   // a server that knows no ranges begins again
            file.Seek(0, SeekOrigin.End);

            var all = file.Length + response.Content.Headers.ContentLength;
            var content = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            await using (content.ConfigureAwait(false))
            {
                var buffer = new byte[1 << 16];
                while (await content.ReadAsync(buffer, cancellation).ConfigureAwait(false) is > 0 and var count)
                {
                    await file.WriteAsync(buffer.AsMemory(0, count), cancellation).ConfigureAwait(false);
                    progress?.Report((file.Length, all));
                }
            }
        }
    }
}
