using System.Buffers;
using System.IO.Pipelines;
using Capnp.Rpc;
using Capnp.Rpc.Wire;
using CsCheck;
using Xunit;

namespace Capnp.Tests;

public class HostilePeerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static TheoryData<string, string> Violations => new()
    {
        { "an answer nobody asked for", "not asked" },
        { "the end of a question nobody asked", "not asked" },
        { "a release of what was not handed out", "does not hold" },
        { "a call to what was not handed out", "not handed" },
        { "the same question twice", "twice" },
        { "an embargo's end that was not begun", "does not exist" },
        { "a segment table too large", "segments" },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public async Task A_violation_ends_the_connection_with_a_reason_that_the_peer_is_told(string violation, string reason)
    {
        Wires wires = new();
        await using RpcConnection server = RpcConnection.Start(wires.Server, Capability.Serve(new FactoryServer()));
        PipeWriter output = wires.Client.Output;
        foreach (ReadOnlyMemory<byte> frame in Frames(violation))
            output.Write(frame.Span);
        _ = await output.FlushAsync(TestContext.Current.CancellationToken);

        RpcEnd end = await server.Completion.WaitAsync(Patience);

        Assert.Equal(RpcEndKind.ProtocolViolation, end.Kind);
        Assert.Contains(reason, end.Reason, StringComparison.Ordinal);
        List<Message.Reader> received = await ReceiveAll(wires.Client.Input);
        Assert.Equal(Message.Which.Abort, received[^1].Union);
        Assert.Contains(reason, received[^1].Abort.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_breaks_the_protocol_still_fails_its_caller()
    {
        Wires wires = new();
        await using RpcConnection client = RpcConnection.Start(wires.Client);
        using Schema.Counter.Client counter = new(client.Bootstrap());
        RpcCall<Schema.Counter.AddResults.Reader> add = counter.Add();
        Write(wires.Server.Output, message => message.InitReturn().SetResultsSentElsewhere());
        _ = await wires.Server.Output.FlushAsync();

        RpcException problem = await Assert.ThrowsAsync<RpcException>(() => add.Answer.WaitAsync(Patience));

        Assert.Equal(RpcErrorKind.Disconnected, problem.Kind);
        Assert.Equal(RpcEndKind.ProtocolViolation, (await client.Completion.WaitAsync(Patience)).Kind);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Promises_that_resolve_to_each_other_break_and_nothing_runs_for_ever(uint promises)
    {
        Wires wires = new();
        await using RpcConnection client = RpcConnection.Start(wires.Client);
        using Schema.Counter.Client counter = new(client.Bootstrap());
        Write(wires.Server.Output, message =>
        {
            Return.Builder answer = message.InitReturn();
            Payload.Builder payload = answer.InitResults();
            payload.InitContent().SetCapability(Capability.Broken(new RpcException("only its place in the table counts")));
            payload.InitCapTable(1)[0].SenderPromise = 1;
        });
        for (uint i = 1; i <= promises; i++)
        {
            Write(wires.Server.Output, message =>
            {
                Resolve.Builder resolve = message.InitResolve();
                resolve.PromiseId = i;
                CapDescriptor.Builder capability = resolve.InitCap();
                capability.SenderPromise = (i % promises) + 1;
            });
        }

        _ = await wires.Server.Output.FlushAsync(TestContext.Current.CancellationToken);
        RpcCall<Schema.Counter.AddResults.Reader> add = counter.Add();
        Write(wires.Server.Output, message => message.InitAbort().Reason = "enough");
        _ = await wires.Server.Output.FlushAsync(TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<RpcException>(() => add.Answer.WaitAsync(Patience));
        Assert.Equal("enough", (await client.Completion.WaitAsync(Patience)).Reason);
    }

    [Fact]
    public async Task A_call_that_is_given_its_own_answer_and_gives_it_back_ends()
    {
        Wires wires = new();
        await using RpcConnection server = RpcConnection.Start(wires.Server, Capability.Serve(new FactoryServer()));
        Write(wires.Client.Output, message => message.InitBootstrap().QuestionId = 0);
        Write(wires.Client.Output, message =>
        {
            Call.Builder echo = message.InitCall();
            (echo.QuestionId, echo.InterfaceId, echo.MethodId) = (1, Schema.Factory.InterfaceId, 1);
            echo.InitTarget().InitPromisedAnswer().QuestionId = 0;
            Payload.Builder payload = echo.InitParams();
            new Schema.Factory.EchoParams.Builder(payload.InitContent().InitStruct(0, 1)).SetCounter(
                new Schema.Counter.Client(Capability.Broken(new RpcException("only its place in the table counts"))));
            PromisedAnswer.Builder own = payload.InitCapTable(1)[0].InitReceiverAnswer();
            own.QuestionId = 1;
            own.InitTransform(1)[0].GetPointerField = 0;
        });
        Write(wires.Client.Output, message =>
        {
            Call.Builder add = message.InitCall();
            (add.QuestionId, add.InterfaceId) = (2, Schema.Counter.InterfaceId);
            PromisedAnswer.Builder target = add.InitTarget().InitPromisedAnswer();
            target.QuestionId = 1;
            target.InitTransform(1)[0].GetPointerField = 0;
        });
        _ = await wires.Client.Output.FlushAsync(TestContext.Current.CancellationToken);

        Return.Reader answer = await ReceiveAnswer(wires.Client.Input, 2);

        Assert.Equal(Return.Which.Exception, answer.Union);
    }

    [Fact]
    public async Task A_message_of_a_kind_that_is_not_known_comes_back_as_unimplemented()
    {
        Wires wires = new();
        await using RpcConnection server = RpcConnection.Start(wires.Server, Capability.Serve(new FactoryServer()));
        Write(wires.Client.Output, message => message.InitProvide().InitStruct(1, 0).SetUInt32(0, 7));
        Write(wires.Client.Output, message => message.InitAbort().Reason = "enough");
        _ = await wires.Client.Output.FlushAsync(TestContext.Current.CancellationToken);

        RpcEnd end = await server.Completion.WaitAsync(Patience);

        Assert.Equal((RpcEndKind.AbortedByPeer, "enough"), (end.Kind, end.Reason));
        Message.Reader answer = Assert.Single(await ReceiveAll(wires.Client.Input));
        Assert.Equal(Message.Which.Unimplemented, answer.Union);
        Assert.Equal(7u, answer.Unimplemented.Provide.ReadStruct().GetUInt32(0));
    }

    [Fact]
    public async Task A_peer_that_asks_without_end_and_reads_no_answer_loses_the_connection()
    {
        Wires wires = new();
        RpcOptions options = new() { MaxAnswers = 8 };
        await using RpcConnection server = RpcConnection.Start(wires.Server, Capability.Serve(new FactoryServer()), options);
        for (uint i = 0; i < 9; i++)
            Write(wires.Client.Output, message => message.InitBootstrap().QuestionId = i);
        _ = await wires.Client.Output.FlushAsync(TestContext.Current.CancellationToken);

        RpcEnd end = await server.Completion.WaitAsync(Patience);

        Assert.Equal(RpcEndKind.ProtocolViolation, end.Kind);
    }

    [Fact]
    public async Task Whatever_changes_in_a_conversation_the_connection_goes_on_or_ends()
    {
        byte[] conversation = await RecordClient();
        await Gen.Select(Gen.Select(Gen.Int[0, 100_000], Gen.Byte).Array[1, 6], Gen.Int[1, 2]).SampleAsync(
            async (changes, _) =>
            {
                byte[] bytes = [.. conversation];
                foreach ((int at, byte value) in changes)
                    bytes[at % bytes.Length] = value;
                Wires wires = new();
                FactoryServer factory = new();
                factory.Go.SetResult();
                await using RpcConnection server = RpcConnection.Start(wires.Server, Capability.Serve(factory));
                wires.Client.Output.Write(bytes);
                await wires.Client.Output.CompleteAsync();
                RpcEnd end = await server.Completion.WaitAsync(Patience);
                Assert.DoesNotContain("internal error", end.Reason, StringComparison.Ordinal);
            },
            iter: 400, threads: 2);
    }

    /// <summary>What a client sends that uses everything.</summary>
    private static async Task<byte[]> RecordClient()
    {
        Wires wires = new();
        RpcConnection client = RpcConnection.Start(wires.Client);
        using Schema.Factory.Client factory = new(client.Bootstrap());
        using Schema.Counter.Client counter = new(Capability.Serve(new CountingServer()));
        RpcCall<Schema.Factory.MakeResults.Reader> make = factory.Make(p => p.Name = "x");
        using (Schema.Counter.Client made = Schema.Factory.MakeResults.PipelineCounter(make))
            _ = made.Add(p => p.Amount = 1);
        RpcCall<Schema.Factory.EchoResults.Reader> echo = factory.Echo(p => p.SetCounter(counter));
        using (Schema.Counter.Client same = Schema.Factory.EchoResults.PipelineSame(echo))
            _ = same.Add(p => p.Amount = 2);
        _ = factory.CallBack(p => p.SetCounter(counter));
        using CancellationTokenSource giveUp = new();
        _ = factory.Slowly(null, giveUp.Token);
        while (true)
        {
            ReadResult read = await wires.Server.Input.ReadAsync();
            ReadOnlySequence<byte> rest = read.Buffer;
            while (MessageFrame.TryRead(ref rest, MessageLimits.Default, out MessageReader? message))
            {
                // The call given up, once it is on its way, is the last thing the client says.
                Message.Reader said = new(message.Root.ReadStruct());
                if (said.Union == Message.Which.Call && said.Call.InterfaceId == Schema.Factory.InterfaceId && said.Call.MethodId == 2)
                    await giveUp.CancelAsync();
                if (said.Union != Message.Which.Finish)
                    continue;
                byte[] everything = read.Buffer.ToArray();
                wires.Server.Input.AdvanceTo(read.Buffer.End);
                await client.DisposeAsync();
                return everything;
            }

            wires.Server.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Frames(string violation)
    {
        switch (violation)
        {
            case "an answer nobody asked for":
                return [Frame(message => message.InitReturn().AnswerId = 3)];
            case "the end of a question nobody asked":
                return [Frame(message => message.InitFinish().QuestionId = 3)];
            case "a release of what was not handed out":
                return [Frame(message => message.InitRelease().Id = 5), Frame(message => message.InitRelease().ReferenceCount = 1)];
            case "a call to what was not handed out":
                return [Frame(message => message.InitCall().InitTarget().ImportedCap = 77)];
            case "the same question twice":
                ReadOnlyMemory<byte> bootstrap = Frame(message => message.InitBootstrap().QuestionId = 1);
                return [bootstrap, bootstrap];
            case "an embargo's end that was not begun":
                return [Frame(message => message.InitDisembargo().InitContext().ReceiverLoopback = 4)];
            default:
                return [Convert.FromHexString("ffff000000000000")];
        }
    }

    private static ReadOnlyMemory<byte> Frame(Action<Message.Builder> build)
    {
        MessageBuilder message = new();
        build(new Message.Builder(message.Root.InitStruct(Message.Builder.DataWords, Message.Builder.PointerCount)));
        return message.ToFrame();
    }

    private static void Write(PipeWriter output, Action<Message.Builder> build) => output.Write(Frame(build).Span);

    private static async Task<Return.Reader> ReceiveAnswer(PipeReader input, uint question)
    {
        while (true)
        {
            ReadResult read = await input.ReadAsync().AsTask().WaitAsync(Patience);
            ReadOnlySequence<byte> buffer = read.Buffer;
            while (MessageFrame.TryRead(ref buffer, MessageLimits.Default, out MessageReader? raw))
            {
                Message.Reader message = new(raw.Root.ReadStruct());
                if (message.Union == Message.Which.Return && message.Return.AnswerId == question)
                    return message.Return;
            }

            input.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static async Task<List<Message.Reader>> ReceiveAll(PipeReader input)
    {
        List<Message.Reader> messages = [];
        ReadResult read = await input.ReadAtLeastAsync(1 << 20);
        ReadOnlySequence<byte> buffer = read.Buffer;
        while (MessageFrame.TryRead(ref buffer, MessageLimits.Default, out MessageReader? message))
            messages.Add(new Message.Reader(message.Root.ReadStruct()));
        return messages;
    }
}
