"""What `grad` and the others return: callables that specialise a function, find the specialisation again, and cross into machine code.

boundary     which leaves are chosen, how arguments cross and results come back
compose      derivatives of derivatives, as IR
specialise   one function, compiled once for each structure of its arguments and captures
derived      the fast way of a warm call, and what all callables share
gradients    compile, grad, value_and_grad, hvp
jacobians    jvp, vjp, jacobian, hessian
explanations explain; `slopes` runs the function itself for its differences
"""
