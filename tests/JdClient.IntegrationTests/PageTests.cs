using Microsoft.Playwright;
using Testbed.Daemons;
using Testbed.Farms;
using Testbed.Miners;
using Xunit;

namespace JdClient.IntegrationTests;

/// <summary>The page in a real browser, against a daemon that mines.</summary>
public sealed class PageTests
{
    private const string HostileName = "<img src=x onerror=\"document.title='taken over'\">";

    /// <summary>Every build of this machine may run beside this one.</summary>
    private const float Patience = 90_000;

    private static readonly string[] Browsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_tells_whom_work_is_for_and_follows_a_fallback_without_being_loaded_again()
    {
        await using Farm farm = await StartAsync(ShortFallback);
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await LaunchAsync(playwright);
        IPage page = await OpenAsync(browser, farm, 1280);
        string pool = $"127.0.0.1:{farm.Pool.Port}";

        await UntilAsync(page, "document.querySelector('#verdict').textContent === 'Mining for ' + arg", pool);
        Assert.Equal("good", await page.Locator("#headline").GetAttributeAsync("data-level"));
        await page.EvaluateAsync("window.wasHere = true");

        await farm.Pool.StopAsync();
        await farm.Declarator.StopAsync();

        await UntilAsync(page, "document.querySelector('#verdict').textContent.startsWith('Mining solo')");
        Assert.Equal("attention", await page.Locator("#headline").GetAttributeAsync("data-level"));
        Assert.NotEmpty((await page.Locator("#reason").TextContentAsync())!);
        await UntilAsync(page, "document.querySelector('#peers .fix')?.textContent.length > 0");
        Assert.True(await page.EvaluateAsync<bool>("window.wasHere"));
    }

    [Fact]
    public async Task Names_that_miners_choose_are_text_and_a_phone_shows_all_without_scrolling_sideways()
    {
        await using Farm farm = await StartAsync("");
        var hostile = new MiningDevice(
            new MiningDeviceOptions { Server = farm.MinersServer, UserIdentity = HostileName, Channels = [ChannelKind.Standard] },
            TimeProvider.System);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        Task mining = hostile.RunAsync(stop.Token);
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await LaunchAsync(playwright);
        IPage page = await OpenAsync(browser, farm, 390);

        await UntilAsync(
            page, "[...document.querySelectorAll('#workers .name')].some((name) => name.textContent === arg)", HostileName);
        await UntilAsync(page, "document.querySelectorAll('#changes li').length > 0");

        Assert.Equal(0, await page.Locator("img").CountAsync());
        Assert.NotEqual("taken over", await page.TitleAsync());
        int[] widths = await page.EvaluateAsync<int[]>("[document.documentElement.scrollWidth, window.innerWidth]");
        Assert.True(widths[0] <= widths[1], $"{widths[0]} of {widths[1]} px");
        await stop.CancelAsync();
        await mining;
    }

    [Fact]
    public async Task With_a_token_the_page_asks_for_it_once_and_a_wrong_one_is_told()
    {
        const string token = "a-token-of-some-length";
        await using Farm farm = await StartAsync("", $"monitoring_token = \"{token}\"");
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await LaunchAsync(playwright);
        IPage page = await OpenAsync(browser, farm, 1280);

        await page.Locator("#token").FillAsync("wrong");
        await page.Locator("#login button").ClickAsync();
        await UntilAsync(page, "document.querySelector('#login-error').textContent.length > 0");
        await page.Locator("#token").FillAsync(token);
        await page.Locator("#login button").ClickAsync();
        await UntilAsync(page, "document.querySelector('#verdict').textContent.startsWith('Mining')");

        await page.ReloadAsync();
        await UntilAsync(page, "document.querySelector('#verdict').textContent.startsWith('Mining')");
        Assert.False(await page.Locator("#login").IsVisibleAsync());
    }

    [Fact]
    public async Task The_charts_are_those_of_the_last_hour_or_by_choice_of_the_last_day()
    {
        await using Farm farm = await StartAsync("");
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await LaunchAsync(playwright);
        IPage page = await OpenAsync(browser, farm, 1280);
        await UntilAsync(page, "document.querySelector('#chart-hash .from').textContent === '10 min ago'");

        await page.Locator("[data-span=day]").ClickAsync();

        await UntilAsync(page, "document.querySelector('#chart-hash .from').textContent === '4 h ago'");
        Assert.Equal("false", await page.Locator("[data-span=hour]").GetAttributeAsync("aria-pressed"));
        await UntilAsync(page, "document.querySelector('#totals tbody td:nth-child(3)').textContent !== '–'");
    }

    [Fact]
    public async Task A_daemon_that_is_gone_is_said_to_be_not_reachable()
    {
        Farm farm = await StartAsync("");
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await LaunchAsync(playwright);
        IPage page = await OpenAsync(browser, farm, 1280);
        await UntilAsync(page, "document.querySelector('#verdict').textContent.startsWith('Mining for')");

        await farm.DisposeAsync();

        await UntilAsync(page, "document.querySelector('#verdict').textContent.startsWith('Not reachable since')");
        Assert.Equal("stopped", await page.Locator("#headline").GetAttributeAsync("data-level"));
    }

    [Fact]
    public async Task The_api_s_own_page_shows_every_route_and_tries_one_out()
    {
        await using Farm farm = await StartAsync("");
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await LaunchAsync(playwright);
        IPage page = await OpenAsync(browser, farm, 1280);
        var refused = new List<string>();
        page.Console += (_, message) =>
        {
            // It sets a few styles within its markup, which our policy refuses and nothing needs.
            if (message.Type == "error" && !message.Text.StartsWith("Applying inline style", StringComparison.Ordinal))
                refused.Add(message.Text);
        };

        await page.GotoAsync(new Uri(new Uri(page.Url), "swagger-ui").AbsoluteUri);
        await UntilAsync(page, "document.querySelectorAll('.opblock').length > 10");
        await page.Locator(".opblock-summary-control").Filter(new LocatorFilterOptions { HasText = "/api/v1/health" }).First.ClickAsync();
        await page.Locator(".try-out__btn").First.ClickAsync();
        await page.Locator(".execute").First.ClickAsync();
        await UntilAsync(page, "document.querySelector('.live-responses-table')?.innerText.includes('timestamp')");

        Assert.Equal([], refused);
    }

    private const string ShortFallback =
        "[fallback]\nunreachable_base_secs = 1\nunreachable_max_secs = 2\nrefuses_base_secs = 1\nstability_secs = 1";

    private static async Task<Farm> StartAsync(string tables, string keys = "")
    {
        if (!Browsers.Any(File.Exists))
            Assert.Skip($"no chromium: none of {string.Join(", ", Browsers)} (apt-get install chromium)");
        var options = new FarmOptions { Miners = 4, UntilBlocks = 0, MonitorPort = 0, ExtraTables = tables, ExtraKeys = keys };
        var farm = new Farm(options, TimeProvider.System);
        await farm.StartAsync(Cancel);
        return farm;
    }

    private static Task<IBrowser> LaunchAsync(IPlaywright playwright) => playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
    {
        ExecutablePath = Browsers.First(File.Exists),
        Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        Timeout = Patience,
    });

    private static async Task<IPage> OpenAsync(IBrowser browser, Farm farm, int width)
    {
        var at = await ((InProcessDaemon)farm.Daemon).Host.Status.Monitoring.WaitAsync(TimeSpan.FromSeconds(60), Cancel);
        IPage page = await browser.NewPageAsync(new BrowserNewPageOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 800 },
        });
        page.SetDefaultTimeout(Patience);
        await page.GotoAsync($"http://{at}/");
        return page;
    }

    private static async Task UntilAsync(IPage page, string condition, object? arg = null)
    {
        try
        {
            await page.WaitForFunctionAsync($"(arg) => {condition}", arg);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"not so: {condition}; the page says: {await page.Locator("body").InnerTextAsync()}");
        }
    }
}
