using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace JdClient.Tests.Monitoring;

/// <summary>The page's files as they are served. What it shows is tested in a browser (JdClient.IntegrationTests).</summary>
public sealed partial class PageTests
{
    private const string ChromiumAccepts =
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

    [Theory]
    [InlineData(ChromiumAccepts, "text/html")]
    [InlineData("text/html", "text/html")]
    [InlineData(null, "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData("application/json", "application/json")]
    [InlineData("application/json, text/html;q=0.5", "application/json")]
    [InlineData("not a media type", "application/json")]
    public async Task The_root_is_the_page_for_browsers_and_the_list_of_endpoints_for_others(string? accept, string type)
    {
        await using MonitoredDaemon daemon = await MonitoredDaemon.StartAsync();

        using HttpResponseMessage answer = await GetAsync(daemon, "/", accept);

        Assert.Equal((HttpStatusCode.OK, type), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        Assert.Contains("Accept", answer.Headers.Vary);
    }

    [Fact]
    public async Task The_page_may_load_only_its_own_files_and_names_nothing_elsewhere()
    {
        await using MonitoredDaemon daemon = await MonitoredDaemon.StartAsync();

        using HttpResponseMessage answer = await GetAsync(daemon, "/", ChromiumAccepts);

        string policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        string html = await TextAsync(answer);
        Assert.DoesNotContain("//", html, StringComparison.Ordinal);
        Assert.DoesNotMatch(InlineCode(), html);
    }

    [Fact]
    public async Task Every_file_the_page_names_is_there_with_its_type()
    {
        await using MonitoredDaemon daemon = await MonitoredDaemon.StartAsync();
        var types = new Dictionary<string, string>
        {
            [".css"] = "text/css",
            [".js"] = "text/javascript",
            [".svg"] = "image/svg+xml",
        };
        using HttpResponseMessage page = await GetAsync(daemon, "/", ChromiumAccepts);
        var left = new Queue<string>(Named().Matches(await TextAsync(page)).Select(match => match.Groups[1].Value));
        var seen = new HashSet<string>();
        while (left.TryDequeue(out string? path))
        {
            if (!seen.Add(path))
                continue;
            using HttpResponseMessage file = await GetAsync(daemon, $"/{path}", null);
            Assert.Equal(HttpStatusCode.OK, file.StatusCode);
            Assert.Equal(types[Path.GetExtension(path)], file.Content.Headers.ContentType!.MediaType);
            Assert.Equal("nosniff", Assert.Single(file.Headers.GetValues("X-Content-Type-Options")));
            string text = await TextAsync(file);
            Assert.DoesNotContain("innerHTML", text, StringComparison.Ordinal);
            foreach (Match import in Imported().Matches(text))
                left.Enqueue($"page/{import.Groups[1].Value}");
        }

        Assert.True(seen.Count >= 6, string.Join(", ", seen));
    }

    [Fact]
    public async Task The_page_needs_no_token_because_it_holds_nothing_and_the_api_does()
    {
        await using MonitoredDaemon daemon = await MonitoredDaemon.StartAsync(token: "a-token-of-some-length");

        using HttpResponseMessage page = await GetAsync(daemon, "/", ChromiumAccepts);
        using HttpResponseMessage script = await GetAsync(daemon, "/page/page.js", null);
        using HttpResponseMessage list = await GetAsync(daemon, "/", null);
        using HttpResponseMessage workers = await GetAsync(daemon, "/api/v1/workers", ChromiumAccepts);

        Assert.Equal(
            (200, 200, 401, 401),
            ((int)page.StatusCode, (int)script.StatusCode, (int)list.StatusCode, (int)workers.StatusCode));
    }

    [Theory]
    [InlineData("/swagger-ui", "text/html")]
    [InlineData("/swagger-ui/index.html", "text/html")]
    [InlineData("/swagger-ui/index.js", "application/javascript")]
    [InlineData("/swagger-ui/swagger-ui.css", "text/css")]
    [InlineData("/swagger-ui/swagger-ui-bundle.js", "text/javascript")]
    [InlineData("/swagger-ui/swagger-ui-standalone-preset.js", "text/javascript")]
    public async Task The_api_s_own_page_needs_no_token_and_may_load_only_its_own_files(string path, string type)
    {
        await using MonitoredDaemon daemon = await MonitoredDaemon.StartAsync(token: "a-token-of-some-length");

        using HttpResponseMessage answer = await GetAsync(daemon, path, null);

        Assert.Equal((HttpStatusCode.OK, type), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        string policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; script-src 'self'; style-src 'self';", policy, StringComparison.Ordinal);
        Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
        Assert.NotEmpty(await TextAsync(answer));
        using HttpResponseMessage document = await GetAsync(daemon, "/api-docs/openapi.json", null);
        Assert.Equal(HttpStatusCode.Unauthorized, document.StatusCode);
    }

    [Theory]
    [InlineData("/api/v1/workers", HttpStatusCode.OK)]
    [InlineData("/api/v1/workers?sort=-rejected&offset=5&limit=3", HttpStatusCode.OK)]
    [InlineData("/api/v1/workers?sort=colour", HttpStatusCode.BadRequest)]
    public async Task Workers_can_be_asked_for_by_what_they_have(string path, HttpStatusCode status)
    {
        await using MonitoredDaemon daemon = await MonitoredDaemon.StartAsync();

        JsonElement workers = await daemon.GetAsync(path, status);

        Assert.Equal(status == HttpStatusCode.OK, workers.TryGetProperty("items", out _));
    }

    [GeneratedRegex("""(?:href|src)="(page/[^"]+)""")]
    private static partial Regex Named();

    [GeneratedRegex("""from '\./([^']+)'""")]
    private static partial Regex Imported();

    [GeneratedRegex("""<style|<script(?![^>]* src=)|\s(?:on\w+|style)=""")]
    private static partial Regex InlineCode();

    private static Task<HttpResponseMessage> GetAsync(MonitoredDaemon daemon, string path, string? accept)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        return daemon.SendAsync(request);
    }

    private static Task<string> TextAsync(HttpResponseMessage answer) =>
        answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}
